package finiktest

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// ErrorShape is how the server writes the body of a refusal. The zero value is
// ErrorShapeGateway, and an unknown value counts as ErrorShapeGateway.
type ErrorShape int

// The shapes of refusals. All of these shapes have been seen.
const (
	ErrorShapeGateway   ErrorShape = iota // {"statusCode":…,"errorMessage":…}
	ErrorShapeAcquiring                   // {"StatusCode":…,"ErrorMessage":…}
	ErrorShapeMessage                     // {"message":…}
	ErrorShapeAWS                         // {"Message":…}
	ErrorShapeHTML                        // an HTML page
)

// answer is what the service answers.
type answer struct {
	status int
	text   string         // of a refusal
	id     string         // of the existing payment, for a duplicate
	data   map[string]any // of a success; write adds statusCode
	code   int            // statusCode of a success, if it differs from status
}

func refuse(status int, text string) answer { return answer{status: status, text: text} }

// write sends an answer in the configured shape.
func (s *Server) write(w http.ResponseWriter, a answer) {
	c := s.config
	w.Header().Set("Date", c.clock.Now().UTC().Format(http.TimeFormat))
	status := a.status
	var code any = cmp.Or(a.code, a.status)
	if c.asText {
		code = strconv.Itoa(cmp.Or(a.code, a.status))
	}
	body := map[string]any{}
	switch {
	case a.data != nil:
		body = a.data
		body["statusCode"] = code
	case c.shape == ErrorShapeHTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<html><body><h1>%d %s</h1></body></html>", status, http.StatusText(status))
		return
	case c.shape == ErrorShapeMessage:
		body["message"] = a.text
	case c.shape == ErrorShapeAWS:
		body["Message"] = a.text
	case c.shape == ErrorShapeAcquiring:
		body["StatusCode"], body["ErrorMessage"] = code, a.text
	default:
		body["statusCode"], body["errorMessage"] = code, a.text
	}
	if a.data == nil && c.inBody && (c.shape == ErrorShapeGateway || c.shape == ErrorShapeAcquiring) {
		status = http.StatusOK
	}
	if a.id != "" {
		body["id"] = a.id
	}
	fakeapi.WriteJSON(w, status, fakeapi.Marshal(body))
}
