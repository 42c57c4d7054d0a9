package main

// Hidden is a type of a client package that keeps a secret, and what it prints
// behind the name of the package.
type Hidden struct{ Type, Text string }

var hidden = map[string][]Hidden{
	"vima":         {{"credential", "credentials"}},
	"ecommpay":     {{"secretSigner", "secret"}},
	"wallet":       {{"credential", "credentials"}, {"staticToken", "token"}},
	"finik":        {{"rsaSigner", "RSA key"}},
	"transactions": {{"staticToken", "token"}, {"*passwordTokens", "tokens"}},
}
