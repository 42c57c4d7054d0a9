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

// ErrUsage means that the command line, the environment or an input file cannot be used. This
// package returns it, and programs wrap it in errors of their own. Its exit code is 2.
var ErrUsage = errors.New("wrong usage")

// Program describes a program: what -h prints, and what becomes of errors. The strings are parts
// of what -h prints. An empty string is left out, except Files and Codes, which have defaults.
// The methods do not change a Program.
type Program struct {
	Name      string // the name of the command; errors begin with it
	Arguments string // what may follow the flags, for example "payouts.csv"; if "", Parse refuses arguments
	Commands  string // what comes before the flags, for example "[run|once]"
	About     string // what the program does
	Variables string // environment variables, one a line
	Files     string // formats of the files that are read and written; "" prints that there is none
	Codes     string // exit codes, one a line; "" prints the codes 0, 1, 2 and 130
	Real      string // how to reach the real service; -h ends with it

	// Invalid are errors for which ExitCode returns 2, beside ErrUsage.
	Invalid []error
	// Code returns the exit code of an error, or 0 if it does not know the error, see
	// ExitCode. A nil Code knows no error.
	Code func(error) int
	// Advise returns what to do about an error, or "" if it does not know, see Explain. A
	// nil Advise knows nothing.
	Advise func(error) string
	// Redact returns the text of an error without what must not be printed, such as the
	// address of a database. A nil Redact removes nothing.
	Redact func(string) string
}

// Call is one start of a program, with its arguments, environment and standard files. Run needs
// Out and Err; the function that Run calls may need the rest.
type Call struct {
	Args     []string                 // without the name of the program
	Env      func(name string) string // returns the value of a variable, "" if it is not set
	In       io.Reader                // standard input
	Out, Err io.Writer                // standard output and standard error
}

// Main runs the program with the arguments, the environment and the standard files of this
// process, see Run, and then ends the process with the exit code. It does not return. The first
// SIGINT or SIGTERM cancels the context of run; a second one ends the process at once.
func (p *Program) Main(run func(context.Context, *Call) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := p.Run(ctx, &Call{Args: os.Args[1:], Env: os.Getenv, In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, run)
	stop()
	os.Exit(code)
}

// Run calls run once, with ctx and a copy of c, and returns the exit code of run's error, see
// ExitCode. If run returns nil, the first failed write to c.Out counts as run's error.
//
// Run prints the error to c.Err, with the text of Explain. It prints nothing for nil, for
// flag.ErrHelp, and for an error of [Printed]. It ignores an error of c.Err. Run does not recover
// a panic.
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

// printed is the error of Printed: the program has printed the error already, so Run prints
// nothing.
type printed struct{ error }

func (p printed) Unwrap() error { return p.error }

// Printed marks err as printed by the program: it returns an error that wraps err and for which
// Run prints nothing. The exit code is the code of err. Printed returns nil for nil.
func Printed(err error) error {
	if err == nil {
		return nil
	}
	return printed{err}
}

// Watched is a writer that passes everything to Writer, which must not be nil, and remembers the
// first error of Writer, see Err. It is safe for concurrent use if Writer is.
type Watched struct {
	io.Writer

	mu  sync.Mutex
	err error
}

// Write passes p to Writer and returns the results of Writer unchanged. It writes also if an
// earlier Write has failed. Err returns the first error of all Writes.
func (w *Watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err = cmp.Or(w.err, err)
	}
	return n, err
}

// Err returns the first error of Write, or nil if no Write has failed.
func (w *Watched) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Flags returns a new and empty set of flags. The caller adds flags, and then passes the set to
// [Program.Parse]. The set prints nothing by itself, because Program.Parse and Program.Explain
// print. p does not keep the set: each call returns another one.
func (p *Program) Flags() *flag.FlagSet {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Parse and Explain print
	return flags
}

// Parse reads c.Args and sets the variables of flags. The arguments behind the flags are then in
// flags.Args. At -h and -help Parse prints all parts of p and the flags to c.Out. It then returns
// flag.ErrHelp. If c.Out fails, it returns the error of c.Out instead.
//
// Any other error matches ErrUsage: an unknown flag, a bad value, or an argument behind the flags
// although p.Arguments is "". Parse does not print this error, for any ErrorHandling of
// flags: the caller does. The error has no value of the command line.
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

// What withoutValues looks for in an error of package flag.
var (
	quoted    = regexp.MustCompile(` "(\\.|[^"\\])*"`)                                        // a value
	undefined = regexp.MustCompile(`(?s)(flag provided but not defined|bad flag syntax): .*`) // an argument
	plainFlag = regexp.MustCompile(`^flag provided but not defined: -[a-z-]{1,30}$`)          // too plain for a secret
)

// withoutValues returns text, an error of package flag, without the arguments and values of the
// command line: a secret, such as the URL of a database, may be in the wrong place. The name of
// an unknown flag stays only if it has at most 30 characters, all of them small letters or hyphens.
func withoutValues(text string) string {
	if plainFlag.MatchString(text) {
		return text
	}
	return quoted.ReplaceAllString(undefined.ReplaceAllString(text, "$1"), "")
}

// help returns what -h prints: the parts of p that are not empty, and all flags with their
// defaults. It changes the output of flags to io.Discard.
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

// Offline returns text that a program prints last if it has run without the real service. The
// text says that the program was offline, and has p.Real, which says how to reach the service.
func (p *Program) Offline() string {
	return "\nThis was offline. For the real service:\n\n" + Indent(p.Real) + "\n"
}

// Indent returns text with two spaces before each line that is not empty, and without line ends
// at the beginning and the end. It returns "" for "".
func Indent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}
