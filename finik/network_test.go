package finik_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"syscall"
)

// errCrash is the end of a process in the middle of a call.
var errCrash = errors.New("the process is gone")

// wild is a network on which requests and answers get lost, and which ends the
// process now and then. Nothing of it is left to chance but by its seed.
type wild struct {
	random  *rand.Rand
	service http.Handler
	crash   context.CancelCauseFunc // of the process
	share   int                     // of a hundred requests that meet a fault
}

func (w *wild) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.random.IntN(100) >= w.share {
		return w.process(r)
	}
	switch w.random.IntN(11) {
	case 0: // reset before processing
		return nil, syscall.ECONNRESET
	case 1, 2: // reset after processing
		_, err := w.process(r)
		return nil, errors.Join(err, syscall.ECONNRESET)
	case 3: // crash before sending
		w.crash(errCrash)
		return nil, r.Context().Err()
	case 4: // crash after processing
		_, err := w.process(r)
		w.crash(errCrash)
		return nil, errors.Join(err, context.Canceled)
	case 5: // the gateway's error, and the request never came through
		return newResponse(http.StatusBadGateway, "<html>"), nil
	case 6: // the gateway's error, and the request did come through
		_, err := w.process(r)
		return newResponse(http.StatusGatewayTimeout, "<html>"), err
	case 7: // an answer cut short
		answer, err := w.process(r)
		answer.Body = io.NopCloser(io.MultiReader(io.LimitReader(answer.Body, 20), broken{}))
		return answer, err
	case 8: // an answer of somebody else
		_, err := w.process(r)
		return newResponse(http.StatusOK, `{"status":"ok"}`), err
	case 9: // the code of a failure in the body, and the payment was made
		_, err := w.process(r)
		return newResponse(http.StatusOK, `{"statusCode":"500","errorMessage":"no"}`), err
	default: // nothing can be dialled
		return nil, syscall.ECONNREFUSED
	}
}

func (w *wild) process(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body := []byte(nil)
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	request := received(r)
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	recorder := httptest.NewRecorder()
	w.service.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
