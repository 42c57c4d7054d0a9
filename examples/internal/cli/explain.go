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

// Explain returns the text of err after p.Redact, and on a second line what to do about err. A nil
// Redact leaves the text unchanged. The second line is the first of these that is not "":
//
//	p.Advise(err)    unless Advise is nil or err matches ErrUsage
//	FileAdvice(err)
//	a hint to -h     if err matches ErrUsage
//	"Interrupted."   if err matches context.Canceled
//
// If all are "", Explain returns the text alone. Redact does not see the second line. err must not
// be nil. Errors of this module's packages hold no secret and no personal data, so they may be
// printed.
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

// ExitCode returns the exit code of err: the code of the first line that err matches, by
// errors.Is.
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
// *os.LinkError. It returns "" for any other error and for nil. It also returns "" if the error
// of the file matches os.ErrDeadlineExceeded.
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

// Unreachable reports whether err is an error of the network: err holds a net.Error, such as
// context.DeadlineExceeded. It returns false in two cases although err holds a net.Error: for an
// error of a file (FileAdvice is not ""), and if the net.Error is a syscall.Errno, for example of a
// full disk. It returns false for any other error, and for nil.
func Unreachable(err error) bool {
	var network net.Error
	if FileAdvice(err) != "" || !errors.As(err, &network) {
		return false
	}
	_, bare := network.(syscall.Errno)
	return !bare
}
