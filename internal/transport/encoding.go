package transport

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
)

// encodingError reports that the body of a 2xx cannot be read: it has a content
// encoding that was not asked for and that decompress cannot undo. encoding is what
// decompress returned, for example "br".
type encodingError struct{ encoding string }

func (e *encodingError) Error() string {
	return "response body cannot be read: content encoding " + e.encoding + " was not asked for"
}

// decompress undoes gzip in resp, because net/http does this only if the transport
// itself asked for gzip. resp.Body must not be nil. What decompress returns depends
// on the header Content-Encoding:
//   - missing, empty or "identity": "", and resp stays unchanged
//   - gzip or x-gzip: "", and resp changes as gunzip says
//   - br, compress, dcb, dcz, deflate or zstd: this name in lower case
//   - more than one encoding, without counting "identity": "(several)"
//   - any other name: "(unknown)", because the name may hold anything
//
// A result other than "" means that decompress cannot decompress the body. resp
// then stays unchanged, and resp.Body yields the bytes as they were sent.
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

// gunzip makes resp.Body yield the decompressed bytes, if the body begins like
// gzip. As net/http does, it then removes Content-Encoding and Content-Length from
// the header, which it copies first, and sets ContentLength to -1 and Uncompressed
// to true. If the body is empty or does not begin like gzip, resp.Body yields the
// original bytes, and all other fields of resp stay the same.
//
// gunzip reads only the beginning of the body, and may block. It returns no error:
// if reading fails, or the gzip stream is broken, a later Read of resp.Body returns
// the error. Closing resp.Body closes the original body.
func gunzip(resp *http.Response) {
	raw := bufio.NewReader(resp.Body)
	switch magic, err := raw.Peek(2); {
	case err != nil: // Peek takes the error away, and a body need not return it twice
		resp.Body = decompressed{io.MultiReader(bytes.NewReader(magic), failing{err}), resp.Body}
		return
	case string(magic) != "\x1f\x8b":
		resp.Body = decompressed{raw, resp.Body}
		return
	}
	resp.Body = decompressed{&lazyGzip{source: raw}, resp.Body}
	resp.Header = resp.Header.Clone() // a middleware may have kept it
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
}

// failing is a reader whose every Read returns err.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type decompressed struct {
	io.Reader
	io.Closer
}

// lazyGzip reads decompressed bytes from source, a gzip stream. It reads the
// gzip header on the first Read, so that a broken header is an error of Read.
// plain is nil before the first Read.
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
