package main

import (
	"testing"

	"github.com/payclients/payclients-go/examples/internal/clitest"
)

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	p := &clitest.Program{Program: program(), Run: run, Flags: []string{"-listen"}, Served: true}
	p.Check(t)
	p.FullDisk(t)
}
