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

// Explain returns the text of err, after Redact, and on a second line what to do about err. The
// second line is the first of these that is not "":
//
//	p.Advise(err)    unless Advise is nil or err matches ErrUsage
//	FileAdvice(err)
//	a hint to -h     if err matches ErrUsage
//	"Interrupted."   if err matches context.Canceled
//
// If there is none, Explain returns the text alone. err must not be nil. Errors of this module's
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

// ExitCode returns the exit code of err. The first line counts that err matches, by errors.Is:
//
//	0            nil or flag.ErrHelp
//	130          context.Canceled, which an interrupt causes
//	2            ErrUsage
//	p.Code(err)  any error, unless Code is nil or returns 0
//	2            an element of p.Invalid
//	1            any error
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

// FileAdvice returns what to do about err, as a sentence, if err holds an *fs.PathError or an
// *os.LinkError. It returns "" for any other error, for os.ErrDeadlineExceeded, and for nil.
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

// Unreachable reports whether err is an error of the network, that is, holds a net.Error.
// context.DeadlineExceeded counts as one too. Unreachable returns false for any other error, for
// nil and for an error of a file. It also returns false for a bare error of the system (a
// syscall.Errno, such as of a full disk or of a lock), although this type is a net.Error.
func Unreachable(err error) bool {
	var network net.Error
	if FileAdvice(err) != "" || !errors.As(err, &network) {
		return false
	}
	_, bare := network.(syscall.Errno)
	return !bare
}
