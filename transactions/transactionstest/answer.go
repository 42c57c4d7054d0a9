package transactionstest

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// answer is an HTTP answer that is not sent yet.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// newAnswer returns an answer; contentType "" sends no such header.
func newAnswer(status int, contentType string, body []byte) *answer {
	a := &answer{status: status, header: http.Header{}, body: body}
	if contentType != "" {
		a.header.Set("Content-Type", contentType)
	}
	return a
}

// with sets a header and returns a.
func (a *answer) with(name, value string) *answer {
	a.header.Set(name, value)
	return a
}

// send sends the answer.
func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) //nolint:gosec // JSON, which no browser shows
}

// render returns a page in the configured shape, with its headers.
func (s *Server) render(r *http.Request, parameters url.Values, q query, found result) *answer {
	a := newAnswer(http.StatusOK, "application/json", nil)
	list := joined(found.rows)
	pages := (found.total + q.size - 1) / q.size
	switch shape := s.config.shape; {
	case shape == ShapePage:
		a.body = fmt.Appendf(nil, `{"content":%s,"totalElements":%d,"totalPages":%d,"size":%d,"number":%d,"numberOfElements":%d,"first":%t,"last":%t,"empty":%t}`,
			list, found.total, pages, q.size, q.page, len(found.rows), q.page == 0, q.page >= pages-1, len(found.rows) == 0)
	case shape == ShapePagedModel:
		a.body = fmt.Appendf(nil, `{"content":%s,"page":{"size":%d,"number":%d,"totalElements":%d,"totalPages":%d}}`,
			list, q.size, q.page, found.total, pages)
	case shape == ShapeData:
		a.body = fmt.Appendf(nil, `{"data":%s}`, list)
	case shape == ShapeItems:
		a.body = fmt.Appendf(nil, `{"items":%s}`, list)
	case shape == ShapeEmbedded:
		a.body = fmt.Appendf(nil, `{"_embedded":{"transactions":%s}}`, list)
	case shape == ShapeObject && len(found.rows) == 1:
		a.body = found.rows[0]
	case shape == ShapeNull && len(found.rows) == 0:
		a.body = []byte("null")
	case shape == ShapeEmpty && len(found.rows) == 0:
	case shape == ShapeNoContent && len(found.rows) == 0:
		a = newAnswer(http.StatusNoContent, "", nil)
	default:
		a.body = list
	}
	if !s.config.withoutHeaders {
		a.header.Set("X-Total-Count", strconv.Itoa(found.total))
		a.header.Set("Link", s.links(r, parameters, q, pages))
	}
	return a
}

// joined returns an array of rows, which are JSON already.
func joined(rows [][]byte) []byte {
	size := 2
	for _, row := range rows {
		size += len(row) + 1
	}
	list := append(make([]byte, 0, size), '[')
	for i, row := range rows {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, row...)
	}
	return append(list, ']')
}

// links returns the Link header: next and prev if there are such pages, then last,
// which is page -1 of an empty list, and first.
func (s *Server) links(r *http.Request, parameters url.Values, q query, pages int) string {
	var out []string
	add := func(rel string, page int) {
		target := maps.Clone(parameters)
		target.Set("page", strconv.Itoa(page))
		target.Set("size", strconv.Itoa(q.size))
		address := s.config.linkBase + r.URL.EscapedPath() + "?" + target.Encode()
		address = strings.NewReplacer(",", "%2C", ";", "%3B").Replace(address)
		out = append(out, fmt.Sprintf(`<%s>; rel="%s"`, address, rel))
	}
	if q.page < pages-1 {
		add("next", q.page+1)
	}
	if q.page > 0 {
		add("prev", q.page-1)
	}
	add("last", pages-1)
	add("first", 0)
	return strings.Join(out, ",")
}

const problemType = "https://www.jhipster.tech/problem/"

// problem returns an error in the form of RFC 7807.
func problem(r *http.Request, status int, detail string) *answer {
	return problemJSON(status, map[string]any{
		"type": problemType + "problem-with-message", "title": http.StatusText(status), "status": status,
		"detail": detail, "path": r.URL.EscapedPath(), "message": "error.http." + strconv.Itoa(status),
	})
}

// validation returns the problem of parameters that do not convert.
func validation(r *http.Request, bad []fieldError) *answer {
	return problemJSON(http.StatusBadRequest, map[string]any{
		"type": problemType + "constraint-violation", "title": "Method argument not valid", "status": http.StatusBadRequest,
		"path": r.URL.EscapedPath(), "message": "error.validation", "fieldErrors": bad,
	})
}

// problemJSON returns an answer with a problem's members.
func problemJSON(status int, members map[string]any) *answer {
	return newAnswer(status, "application/problem+json", fakeapi.Marshal(members))
}

// springError returns an error of the framework, which is not a problem of RFC
// 7807.
func springError(status int, r *http.Request) *answer {
	return newAnswer(status, "application/json", fakeapi.Marshal(map[string]any{
		"timestamp": time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC), "status": status,
		"error": http.StatusText(status), "path": r.URL.EscapedPath(),
	}))
}
