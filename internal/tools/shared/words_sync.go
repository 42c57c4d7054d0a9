package main

// Sync are the words of <pkg>sync.
type Sync struct{}

var syncs = map[string]*Sync{}
