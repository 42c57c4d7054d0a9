package main

// Fake are the words of <pkg>test.
type Fake struct{}

var fakes = map[string]Fake{}
