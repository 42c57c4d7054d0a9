package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// suite holds the flags.
type suite struct {
	kills, history int
	seed           uint64
	work           time.Duration
	packages       []string
	databases      []string
	modes          []mode
	processes      []int
	postgres       string
}

func parse(args []string, out io.Writer) (suite, error) {
	var s suite
	var names []string
	for _, one := range subjects() {
		names = append(names, one.name())
	}
	var all []string
	for _, m := range modes() {
		all = append(all, string(m))
	}
	set := flag.NewFlagSet("chaos", flag.ContinueOnError)
	set.SetOutput(out)
	set.IntVar(&s.kills, "kills", 40, "kills in each row of passes and start; the other modes have a part of them")
	set.IntVar(&s.history, "history", 3000, "operations that each fake begins with")
	set.DurationVar(&s.work, "work", 3*time.Millisecond, "time that a transaction takes in addition where it applies rows")
	set.Uint64Var(&s.seed, "seed", 1, "another seed makes other data, problems and moments")
	set.StringVar(&s.postgres, "postgres", "auto", "auto leaves its rows out if "+postgresVariable+" is not set, required fails then")
	short := set.Bool("short", false, "few kills and operations: -kills 8 -history 300")
	packages := set.String("packages", strings.Join(names, ","), "packages, by commas")
	databases := set.String("databases", strings.Join(databases(), ","), "databases, by commas")
	processes := set.String("processes", "1,3", "numbers of processes, by commas, for passes, lease and start")
	wanted := set.String("modes", strings.Join(all, ","), "how processes sync, by commas: those after start are the controls")
	if err := set.Parse(args); err != nil {
		return s, err
	}
	if *short {
		s.kills, s.history = 8, 300
	}
	s.packages, s.databases = strings.Split(*packages, ","), strings.Split(*databases, ",")
	for text := range strings.SplitSeq(*wanted, ",") {
		s.modes = append(s.modes, mode(text))
	}
	for text := range strings.SplitSeq(*processes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return s, fmt.Errorf("-processes: %q is not a number", text)
		}
		s.processes = append(s.processes, n)
	}
	return s, s.check(set.NArg())
}

func (s suite) check(rest int) error {
	var problems []error
	problem := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	problem(rest > 0, "there must be no arguments after the flags")
	problem(s.kills < 1, "-kills: must be above zero")
	problem(s.history < 1, "-history: must be above zero")
	problem(s.postgres != "auto" && s.postgres != "required", "-postgres: must be auto or required")
	problem(s.postgres == "required" && os.Getenv(postgresVariable) == "", "-postgres: is required, and %s is not set", postgresVariable)
	for _, name := range s.packages {
		problem(find(name) == nil, "-packages: %q is unknown", name)
	}
	for _, name := range s.databases {
		problem(!slices.Contains(databases(), name), "-databases: %q is unknown", name)
	}
	for _, m := range s.modes {
		problem(!slices.Contains(modes(), m), "-modes: %q is unknown", m)
	}
	for _, n := range s.processes {
		problem(n < 1, "-processes: must be above zero")
	}
	return errors.Join(problems...)
}

// trials returns the rows of the table.
func (s suite) trials() []trial {
	var all []trial
	for _, name := range s.packages {
		one := find(name)
		for _, database := range s.databases {
			for _, m := range s.modes {
				part, has := one.controls()[m.needs()]
				if !has && (!m.right() || m.ranges()) {
					continue
				}
				for _, n := range m.processes(s.processes) {
					all = append(all, trial{
						subject: one, database: database, mode: m, processes: n, kills: m.kills(s.kills),
						history: max(1, s.history/max(1, part)), work: s.work, seed: s.seed,
					})
				}
			}
		}
	}
	return all
}
