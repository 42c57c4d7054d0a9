package finiktest

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/payclients/payclients-go/finik"
)

const (
	defaultSize = 20
	maxSize     = 50
)

// list answers POST /v2/services.
func (s *store) list(body []byte) answer {
	b := struct {
		From   int `json:"from"`
		Size   int `json:"size"`
		Filter struct {
			Status   []finik.ServiceStatus `json:"status"`
			ParentID string                `json:"parentId"`
		} `json:"filter"`
		Locale finik.Locale `json:"locale"`
		Query  string       `json:"query"`
	}{Size: defaultSize}
	if refused := readJSON(body, &b); refused != nil {
		return *refused
	}
	if b.From < 0 || b.Size < 0 || b.Locale != "" && !slices.Contains([]finik.Locale{finik.LocaleEN, finik.LocaleKY, finik.LocaleRU}, b.Locale) {
		return refuse(http.StatusBadRequest, "An unrecognizable payload is provided.")
	}
	if len(b.Filter.Status) == 0 {
		b.Filter.Status = []finik.ServiceStatus{finik.ServiceStatusEnabled, finik.ServiceStatusDisabled}
	}
	found := []json.RawMessage{}
	for _, v := range s.services {
		if slices.Contains(b.Filter.Status, v.Status) && (b.Filter.ParentID == "" || b.Filter.ParentID == v.ParentID) &&
			(contains(v.NameEN, b.Query) || contains(v.NameKY, b.Query) || contains(v.NameRU, b.Query)) {
			found = append(found, v.render())
		}
	}
	from := min(b.From, len(found))
	page := found[from:min(from+min(b.Size, s.config.pageLimit), len(found))]
	return answer{status: http.StatusOK, data: map[string]any{"services": page, "total": len(found)}}
}

// render returns the JSON of a service, or its Raw if a test has set one.
func (v *Service) render() json.RawMessage {
	if v.Raw != nil {
		return v.Raw
	}
	data, err := v.MarshalJSON()
	if err != nil {
		panic("finiktest: service " + v.ID + ": " + err.Error())
	}
	return data
}
