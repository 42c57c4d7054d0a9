package main

// Client are the words of a client package.
type Client struct{}

var clients = map[string]Client{}
