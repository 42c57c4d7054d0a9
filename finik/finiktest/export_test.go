package finiktest

// NodeText is the text that a server verifies, for tests against the vectors.
var NodeText = nodeText
