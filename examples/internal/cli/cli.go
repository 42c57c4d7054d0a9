// Package cli is what the programs below examples share: flags and -h, errors
// that say what to do, exit codes, the end on a signal, files that are whole or
// absent, and CSV for spreadsheets.
package cli

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
)

// ErrUsage is a command line, an environment or a file that cannot be used. The
// exit code is 2.
var ErrUsage = errors.New("wrong usage")

// Program describes a program. The strings are parts of what -h prints; an empty
// one is left out, except Files and Codes, which have defaults.
type Program struct {
	Name      string
	Arguments string // behind the flags, for example "payouts.csv"
	Commands  string // before the flags, for example "[run|once]"
	About     string // what the program does
	Variables string // of the environment, one a line
	Files     string // formats of the files that are read and written; "" is none
	Codes     string // exit codes, one a line; "" is 0, 1, 2 and 130
	Real      string // how to reach the real service; -h ends with it

	// Invalid are errors with exit code 2 beside ErrUsage.
	Invalid []error
	// Code returns the exit code of an error that is neither an interrupt nor
	// ErrUsage. 0 leaves the code to Invalid, and else to 1. Nil returns 0.
	Code func(error) int
	// Advise returns what to do about an error, or "": then an error of a file gets
	// FileAdvice. It is not asked about ErrUsage. Nil advises nothing.
	Advise func(error) string
	// Redact removes from the text of an error what must not be printed, such as
	// the address of a database. Nil removes nothing.
	Redact func(string) string
}

// Call is one start of a program.
type Call struct {
	Args     []string // without the name of the program
	Env      func(name string) string
	In       io.Reader
	Out, Err io.Writer
}

// Main runs a program and ends the process with its exit code. The first SIGINT
// or SIGTERM ends the context of run; a second one ends the process at once.
func (p *Program) Main(run func(context.Context, *Call) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := p.Run(ctx, &Call{Args: os.Args[1:], Env: os.Getenv, In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, run)
	stop()
	os.Exit(code)
}

// Run calls run, explains its error on c.Err, and returns the exit code. What run
// could not write to c.Out is an error too, where run does not look.
func (p *Program) Run(ctx context.Context, c *Call, run func(context.Context, *Call) error) int {
	out := &Watched{Writer: c.Out}
	call := *c
	call.Out = out
	err := run(ctx, &call)
	if err == nil {
		err = out.Err()
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) && !errors.As(err, new(printed)) {
		_, _ = fmt.Fprintf(c.Err, "%s: %s\n", p.Name, p.Explain(err))
	}
	return p.ExitCode(err)
}

// printed marks an error that needs no further line.
type printed struct{ error }

func (p printed) Unwrap() error { return p.error }

// Printed returns an error for which Run prints nothing, because the program has
// printed it. The exit code is that of err. Nil stays nil.
func Printed(err error) error {
	if err == nil {
		return nil
	}
	return printed{err}
}

// Watched is a writer that remembers its first error.
type Watched struct {
	io.Writer

	mu  sync.Mutex
	err error
}

// Write implements io.Writer.
func (w *Watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err = cmp.Or(w.err, err)
	}
	return n, err
}

// Err returns the first error of Write.
func (w *Watched) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Flags returns an empty set of flags, for Parse.
func (p *Program) Flags() *flag.FlagSet {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Parse and Explain print
	return flags
}

// Parse reads c.Args. At -h and -help it prints all that there is to know to
// c.Out and returns flag.ErrHelp. An unknown flag, a bad value and an argument
// that Arguments does not announce are ErrUsage.
func (p *Program) Parse(flags *flag.FlagSet, c *Call) error {
	flags.Usage = func() {}
	err := flags.Parse(c.Args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		if _, printed := io.WriteString(c.Out, p.help(flags)); printed != nil {
			return printed
		}
		return err
	case err != nil:
		return fmt.Errorf("%w: %s", ErrUsage, withoutValues(err.Error()))
	case flags.NArg() > 0 && p.Arguments == "":
		return fmt.Errorf("%w: there is an argument behind the flags", ErrUsage)
	}
	return nil
}

var (
	quoted    = regexp.MustCompile(` "(\\.|[^"\\])*"`)
	undefined = regexp.MustCompile(`(?s)(flag provided but not defined|bad flag syntax): .*`)
	plainFlag = regexp.MustCompile(`^flag provided but not defined: -[a-z-]{1,30}$`)
)

// withoutValues returns the text of an error of package flag without what was
// given: a secret, such as the URL of a database, may be in the wrong place.
func withoutValues(text string) string {
	if plainFlag.MatchString(text) {
		return text
	}
	return quoted.ReplaceAllString(undefined.ReplaceAllString(text, "$1"), "")
}

// help returns what -h prints.
func (p *Program) help(flags *flag.FlagSet) string {
	var out strings.Builder
	part := func(title, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(&out, "\n%s\n\n%s\n", title, Indent(text))
		}
	}
	_, _ = fmt.Fprintf(&out, "%s\n\nusage: %s [flags] %s", strings.TrimSpace(p.About), strings.TrimSpace(p.Name+" "+p.Commands), p.Arguments)
	text := strings.TrimRight(out.String(), " ") + "\n\nFlags:\n\n"
	out.Reset()
	out.WriteString(text)
	flags.SetOutput(&out)
	flags.PrintDefaults()
	flags.SetOutput(io.Discard)
	out.WriteString("  -h, -help\n    \tprint this and do nothing else\n")
	part("Environment:", p.Variables)
	part("Files:", cmp.Or(p.Files, "None is read or written."))
	part("Exit codes:", cmp.Or(p.Codes, "0    done\n1    something failed\n2    wrong flags or environment\n130  interrupted by SIGINT or SIGTERM"))
	part("The real service:", p.Real)
	return out.String()
}

// Offline returns what a program prints at the end that has run without the real
// service: how to reach it.
func (p *Program) Offline() string {
	return "\nThis was offline. For the real service:\n\n" + Indent(p.Real) + "\n"
}

// Indent returns text with two spaces before each line that is not empty.
func Indent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}
