package main

import (
	"context"
	"encoding/json"
	"io"

	goccy "github.com/goccy/go-json"
)

// syncNaive is what somebody writes in an hour: the whole page into memory, then
// into structs by encoding/json.
func syncNaive(ctx context.Context, endpoint string) (int, error) {
	return syncBy(ctx, endpoint, json.Unmarshal)
}

// syncGoccy is syncNaive with the decoder replaced.
func syncGoccy(ctx context.Context, endpoint string) (int, error) {
	return syncBy(ctx, endpoint, func(data []byte, v any) error { return goccy.Unmarshal(data, v) })
}

func syncBy(ctx context.Context, endpoint string, unmarshal func([]byte, any) error) (int, error) {
	n, cursor := 0, ""
	for {
		body, err := get(ctx, endpoint, "", cursor)
		if err != nil {
			return n, err
		}
		data, err := io.ReadAll(body)
		_ = body.Close()
		if err != nil {
			return n, err
		}
		var page []naiveOperation
		if err := unmarshal(data, &page); err != nil {
			return n, err
		}
		if len(page) == 0 {
			return n, nil
		}
		n += len(page)
		cursor = string(page[len(page)-1].OperationCreateID)
	}
}
