package transport

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
)

// encodingError reports a body in a content encoding that was not asked for.
type encodingError struct{ encoding string }

func (e *encodingError) Error() string {
	return "response body cannot be read: content encoding " + e.encoding + " was not asked for"
}

// decompress undoes gzip in resp if net/http did not: the transport did not ask
// for gzip, and the answer has it anyway. A body that does not begin like gzip
// stays unchanged, even if the header says gzip. decompress returns "" if the body
// can then be read. Otherwise it returns the name of the content encoding,
// "(several)" for more than one, or "(unknown)" for a name that this package does
// not know.
func decompress(resp *http.Response) (unreadable string) {
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
	return "(unknown)" // the name comes from the server and may hold anything
}

// gunzip changes resp to what net/http would have returned after decompressing the
// body. It leaves a body that does not begin like gzip unchanged, with its header.
// A broken body is an error of a later Read.
func gunzip(resp *http.Response) {
	raw := bufio.NewReader(resp.Body)
	if magic, _ := raw.Peek(2); string(magic) != "\x1f\x8b" {
		resp.Body = decompressed{raw, resp.Body}
		return
	}
	resp.Body = decompressed{&lazyGzip{source: raw}, resp.Body}
	resp.Header = resp.Header.Clone() // a middleware may have kept it
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
}

type decompressed struct {
	io.Reader
	io.Closer
}

// lazyGzip reads the gzip header on the first Read, so that a broken header is an
// error of the body.
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
