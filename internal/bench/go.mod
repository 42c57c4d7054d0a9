module github.com/payclients/payclients-go/internal/bench

go 1.26.0

replace github.com/payclients/payclients-go => ../..

require (
	github.com/goccy/go-json v0.12.0
	github.com/payclients/payclients-go v0.0.0-00010101000000-000000000000
)

require (
	github.com/google/go-querystring v1.2.0 // indirect
	github.com/govalues/decimal v0.1.36 // indirect
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	github.com/hashicorp/go-retryablehttp v0.7.8 // indirect
	golang.org/x/time v0.16.0 // indirect
)
