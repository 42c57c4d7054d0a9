package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// syncFloor fetches each page and discards it, except the end, which holds the
// next cursor. No client that uses net/http can cost less.
func syncFloor(ctx context.Context, endpoint string) (int, error) {
	return discardDay(ctx, endpoint, "", make([]byte, 64<<10))
}

// paceFloor is syncFloor, day by day with several workers.
func paceFloor(ctx context.Context, endpoint string, workers int) (int, error) {
	todo, faults := make(chan vima.Date), make(chan error, workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	var total atomic.Int64
	for range workers {
		group.Go(func() {
			buffer := make([]byte, 64<<10)
			for day := range todo {
				n, err := discardDay(ctx, endpoint, day.String(), buffer)
				if err != nil {
					faults <- err
					cancel()
					return
				}
				total.Add(int64(n))
			}
		})
	}
	for day := firstDay; day.Compare(lastDay) <= 0; day = day.AddDays(1) {
		select {
		case todo <- day:
		case <-ctx.Done():
		}
	}
	close(todo)
	group.Wait()
	close(faults)
	return int(total.Load()), <-faults // nil where there is none
}

// discardDay counts the operations of a page by their first member, because it
// does not parse. No day means all days.
func discardDay(ctx context.Context, endpoint, day string, buffer []byte) (int, error) {
	n, cursor := 0, ""
	for {
		body, err := get(ctx, endpoint, day, cursor)
		if err != nil {
			return n, err
		}
		rows, end, err := discard(body, buffer)
		_ = body.Close()
		if err != nil {
			return n, err
		}
		n += rows
		next := lastCursor(end)
		if next == "" {
			return n, nil
		}
		cursor = next
	}
}

var (
	firstMember  = []byte(`{"operation_id":`)
	cursorMember = []byte(`"operation_create_id":`)
)

// discard reads all of body through buffer, in pieces that overlap by the length
// of firstMember, and returns the end of the body.
func discard(body io.Reader, buffer []byte) (rows int, end []byte, err error) {
	const tail = 8 << 10
	kept := 0
	for {
		n, err := io.ReadFull(body, buffer[kept:])
		text := buffer[:kept+n]
		overlap := max(0, kept-len(firstMember)+1)
		rows += bytes.Count(text[overlap:], firstMember)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return rows, text, nil
		}
		if err != nil {
			return rows, nil, err
		}
		kept = copy(buffer, text[len(text)-tail:])
	}
}

func lastCursor(end []byte) string {
	i := bytes.LastIndex(end, cursorMember)
	if i < 0 {
		return ""
	}
	digits := strings.TrimLeft(string(end[i+len(cursorMember):min(len(end), i+80)]), ` "`)
	return digits[:max(0, strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }))]
}

// get requests a page as a client without this package does.
func get(ctx context.Context, endpoint, day, cursor string) (io.ReadCloser, error) {
	query := url.Values{"apikey": {vimatest.DefaultAPIKey}, "count": {"100"}, "descending": {"false"}}
	if day != "" {
		query.Set("date", day)
	}
	if cursor != "" {
		query.Set("from_operation_create_id", cursor)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return resp.Body, nil
}
