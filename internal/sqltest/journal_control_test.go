package sqltest_test

// control is a journal that leaves a rule out. The zero value leaves out none.
type control struct {
	name   string
	meddle func(w *world) error // happens again and again
	begin  func(w *world)
}

var nothing control
