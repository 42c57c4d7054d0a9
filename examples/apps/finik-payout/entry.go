package main

import "sync"

// entry is a row and how far it is.
type entry struct {
	row

	settled chan struct{} // closed at its end

	mu   sync.Mutex
	last record
	note string // why its outcome is unknown, or why it was not sent
}

func (e *entry) record() record {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.last
}

func (e *entry) state() state { return e.record().State }
