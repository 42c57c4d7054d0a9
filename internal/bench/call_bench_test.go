package main

import (
	"encoding/json"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// BenchmarkCall is a small call: a page of one operation. The collector is another
// process.
func BenchmarkCall(b *testing.B) {
	endpoint := collect(b, 1)
	client, err := vima.NewClient(endpoint, vima.APIKey(vimatest.DefaultAPIKey))
	require.NoError(b, err)
	buffer := make([]byte, 64<<10)
	read := func(use func(io.Reader) error) error {
		body, err := get(b.Context(), endpoint, "", "")
		if err != nil {
			return err
		}
		defer body.Close()
		return use(body)
	}
	for _, bm := range []struct {
		name string
		call func() error
	}{
		{"floor", func() error {
			return read(func(body io.Reader) error { _, _, err := discard(body, buffer); return err })
		}},
		{"ours", func() error { _, err := client.ListOperations(b.Context(), vima.ListOperationsParams{}); return err }},
		{"encoding-json", func() error {
			return read(func(body io.Reader) error {
				data, err := io.ReadAll(body)
				if err != nil {
					return err
				}
				return json.Unmarshal(data, new([]naiveOperation))
			})
		}},
	} {
		b.Run(bm.name, func(b *testing.B) { cost(b, bm.call) })
	}
}
