package torture_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/torture"
)

// mishap is a point at which a call fails, with a chance to give a secret away.
type mishap struct {
	name     string
	shape    torture.Shape
	once     bool // what follows is right
	succeeds bool
	canceled bool
	change   func(*torture.Settings)
}

func (m mishap) times() int {
	switch {
	case m.shape.Name == "" && m.change != nil || m.name == "none" || m.canceled:
		return 0
	case m.once:
		return 1
	}
	return -1
}

// mishaps are success, all shapes, answers that repeat what they were sent, and
// callers' own parts that talk too much. In the short form an operation meets a
// part of the answers that repeat, which depends on k.
func mishaps(k int) []mishap {
	all := []mishap{{name: "none", succeeds: true}, {name: "canceled", canceled: true}}
	for _, shape := range torture.Shapes() {
		all = append(all, mishap{name: shape.Name, shape: shape, succeeds: shape.Harmless})
	}
	forms := []string{"%s", "<html>%s</html>", "[%q]", `{"error":%q,"message":%[1]q,"detail":%[1]q,"code":%[1]q}`, `{"code":%q,"message":"x"}`}
	for i, status := range []int{200, 202, 400, 401, 403, 404, 422, 429, 500, 503} {
		for _, form := range share(forms, k+i, len(forms)) {
			all = append(all, mishap{
				name: fmt.Sprintf("echo, %d, %s", status, form), shape: echo(status, form),
				succeeds: status/100 == 2 && form == "[%q]", // a page of one bad row
			})
		}
	}
	for _, form := range []string{"https://other.test/?%s", "://%%zz%s", "/%s"} {
		all = append(all, mishap{name: "redirect to " + form, shape: torture.Instead(func(x *torture.Exchange) {
			x.Write(torture.Answer{Status: 302}.With("Connection", "close").With("Location", fmt.Sprintf(form, oneLine(x))).Bytes())
		})})
	}
	return append(all,
		mishap{name: "bad rows", succeeds: true, shape: torture.Instead(spoilRows)},
		mishap{name: "transport that quotes the URL", change: wire(func(r *http.Request) error {
			return fmt.Errorf("cannot send to %s", r.URL)
		})},
		mishap{name: "transport with a type of its own", change: wire(func(r *http.Request) error {
			return &leaky{URL: r.URL.String(), Authorization: r.Header.Get("Authorization")}
		})},
		mishap{name: "transport that is a client", change: wire(func(r *http.Request) error {
			return &url.Error{Op: "Get", URL: r.URL.String(), Err: errors.New("no luck")}
		})},
		mishap{name: "transport that wraps a client", change: wire(func(r *http.Request) error {
			return fmt.Errorf("gave up on %s: %w", r.URL, &url.Error{Op: "Get", URL: r.URL.String(), Err: errors.New("no luck")})
		})},
		mishap{name: "transport with several errors", change: wire(func(r *http.Request) error {
			return errors.Join(&url.Error{Op: "Get", URL: r.URL.String(), Err: errors.New("a")}, &url.Error{Op: "Get", URL: r.URL.String(), Err: errors.New("b")})
		})},
		mishap{name: "credential that fails", change: func(s *torture.Settings) {
			s.CredentialErr = errors.New("vault refused 0t0rtureKEY0 and t0rtureUSER with t0rturePASS")
		}},
		mishap{name: "too large", change: func(s *torture.Settings) { s.MaxResponseBytes = 10 }},
	)
}

// echo answers with all that it was sent, payer included.
func echo(status int, form string) torture.Shape {
	return torture.Instead(func(x *torture.Exchange) {
		good, err := x.Forward()
		if err != nil {
			return
		}
		text := oneLine(x) + " " + string(good.Body)
		answer := torture.Answer{Status: status, Body: fmt.Appendf(nil, form, text)}
		x.Write(answer.With("Connection", "close").With("X-Echo", oneLine(x)).With("Set-Cookie", "a="+oneLine(x)).With("Retry-After", "0").Bytes())
	})
}

func oneLine(x *torture.Exchange) string {
	query, err := url.QueryUnescape(x.Request.URL.RawQuery)
	if err != nil {
		panic(err)
	}
	return strings.NewReplacer("\r", "", "\n", "").Replace(query + " " + x.Request.Header.Get("Authorization") + x.Request.Header.Get("X-Api-Key") + string(x.Body))
}

// spoilRows puts some text in place of each object or number that follows a
// name, so that rows do not decode.
func spoilRows(x *torture.Exchange) {
	good, err := x.Forward()
	if err != nil {
		return
	}
	good.Header.Del("Content-Length")
	good.Body = []byte(strings.NewReplacer(`"card_start":[`, `"card_start":["leakmail@example.com",`, `"value":`, `"value":"Leaklast","was":`).Replace(string(good.Body)))
	x.Write(good.With("Connection", "close").Bytes())
}

// wire replaces the caller's transport by one that always fails.
func wire(fail func(r *http.Request) error) func(*torture.Settings) {
	return func(s *torture.Settings) {
		s.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) { return nil, fail(r) })}
	}
}
