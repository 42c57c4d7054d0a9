package cli

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// Explain returns the error and what to do about it. Errors of this module's
// packages hold no secret and no personal data, so they may be printed.
func (p *Program) Explain(err error) string {
	advice, usage := "", errors.Is(err, ErrUsage)
	if !usage && p.Advise != nil {
		advice = p.Advise(err)
	}
	if advice == "" {
		advice = FileAdvice(err)
	}
	switch {
	case advice != "":
	case usage:
		advice = p.Name + " -h lists flags and variables."
	case errors.Is(err, context.Canceled):
		advice = "Interrupted."
	}
	text := err.Error()
	if p.Redact != nil {
		text = p.Redact(text)
	}
	if advice == "" {
		return text
	}
	return text + "\n  " + advice
}

// ExitCode returns 0 for nil and flag.ErrHelp, 130 for an interrupt, 2 for
// ErrUsage, then what Code says, 2 for the errors of Invalid, and else 1.
func (p *Program) ExitCode(err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, ErrUsage):
		return 2
	}
	if p.Code != nil {
		if code := p.Code(err); code != 0 {
			return code
		}
	}
	for _, invalid := range p.Invalid {
		if errors.Is(err, invalid) {
			return 2
		}
	}
	return 1
}

// FileAdvice returns what to do about an error of a file, and "" for any other.
func FileAdvice(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case !errors.As(err, &path) && !errors.As(err, &link):
		return ""
	case errors.Is(err, syscall.ENOSPC):
		return "The disk is full: make room, or write to another one."
	case errors.Is(err, fs.ErrNotExist):
		return "There is no such file or folder: check the path."
	case errors.Is(err, fs.ErrPermission):
		return "The file or its folder may not be read or written by this user."
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ""
	}
	return "The file cannot be opened, read or written: check the path and the disk."
}

// Unreachable reports whether an error is of the network. A bare system error,
// such as of a full disk or of a lock, is not, though it has the methods of
// net.Error.
func Unreachable(err error) bool {
	var network net.Error
	if FileAdvice(err) != "" || !errors.As(err, &network) {
		return false
	}
	_, bare := network.(syscall.Errno)
	return !bare
}
