package transport

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
)

// encodingError is a body in a content encoding that nobody asked for.
type encodingError struct{ encoding string }

func (e *encodingError) Error() string {
	return "response body cannot be read: content encoding " + e.encoding + " was not asked for"
}

// decode undoes gzip where net/http did not: the transport asked for none, and
// the answer has it all the same. A body that does not begin as gzip does stays
// as it is, even if the header says gzip. decode returns the name of another
// encoding, and "" where the body can be read.
func decode(resp *http.Response) (unreadable string) {
	var names []string
	for _, value := range resp.Header.Values("Content-Encoding") {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
				names = append(names, name)
			}
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) > 1:
		return "(several)"
	case names[0] == "gzip" || names[0] == "x-gzip":
		gunzip(resp)
		return ""
	case slices.Contains([]string{"br", "compress", "dcb", "dcz", "deflate", "zstd"}, names[0]):
		return names[0]
	}
	return "(unknown)" // the name is the server's, and may be anything
}

// gunzip leaves resp as net/http would have, had it decompressed the body.
func gunzip(resp *http.Response) {
	raw := bufio.NewReader(resp.Body)
	if magic, _ := raw.Peek(2); string(magic) != "\x1f\x8b" {
		resp.Body = decoded{raw, resp.Body}
		return
	}
	resp.Body = decoded{&lazyGzip{source: raw}, resp.Body}
	resp.Header = resp.Header.Clone() // a middleware may have kept it
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
}

type decoded struct {
	io.Reader
	io.Closer
}

// lazyGzip reads the header of gzip with the first Read, whose error is the body's.
type lazyGzip struct {
	source io.Reader
	plain  *gzip.Reader
}

func (z *lazyGzip) Read(p []byte) (n int, err error) {
	if z.plain == nil {
		if z.plain, err = gzip.NewReader(z.source); err != nil {
			return 0, err
		}
	}
	return z.plain.Read(p)
}
