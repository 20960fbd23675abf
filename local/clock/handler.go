package clock

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	strict "github.com/go-json-experiment/json"
)

// Path is where the handler is served.
const Path = "/local/clock"

// maxBody is larger than any request that makes sense, in bytes.
const maxBody = 1 << 10

// Handler answers GET with {"now"} and POST {"advance": "26h"} by moving the
// clock. moved is called after every move, before the answer: what was
// waiting for the time is done when the caller goes on.
func (c *Clock) Handler(issuer string, moved func(context.Context)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		switch r.Method {
		case http.MethodGet:
			c.answer(w)
		case http.MethodPost:
			p := c.move(r)
			if p != nil {
				p.write(w, issuer)
				return
			}
			moved(r.Context())
			c.answer(w)
		default:
			w.Header().Set("Allow", "GET, POST")
			problem{http.StatusMethodNotAllowed, "method_not_allowed", "Only GET and POST are answered here."}.write(w, issuer)
		}
	})
}

func (c *Clock) answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	// The client may be gone; nobody is left to tell.
	_ = json.NewEncoder(w).Encode(map[string]string{"now": c.Now().Format(time.RFC3339)})
}

// move reads the request and moves the clock; nil when it did.
func (c *Clock) move(r *http.Request) *problem {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return &problem{http.StatusUnsupportedMediaType, "unsupported_media_type", "The body must be application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return &problem{http.StatusRequestEntityTooLarge, "too_large", "The body is too large."}
	}
	var in struct {
		Advance *string `json:"advance"`
	}
	if err != nil || strict.Unmarshal(body, &in, strict.RejectUnknownMembers(true)) != nil {
		return &problem{http.StatusBadRequest, "malformed", `The body must be {"advance": "<Go duration>"} and nothing else.`}
	}
	if in.Advance == nil {
		return &problem{http.StatusUnprocessableEntity, "invalid", "The member advance is missing."}
	}
	d, err := time.ParseDuration(*in.Advance)
	if err != nil {
		return &problem{http.StatusUnprocessableEntity, "invalid", `The member advance must be a Go duration such as "26h" or "90s".`}
	}
	switch err := c.Advance(d); {
	case errors.Is(err, ErrBack), errors.Is(err, ErrFar):
		return &problem{http.StatusUnprocessableEntity, "invalid", err.Error()}
	case err != nil:
		return &problem{http.StatusServiceUnavailable, "unavailable", "The clock's file cannot be written."}
	}
	return nil
}

// problem is a refusal in the form of contract §2.
type problem struct {
	status       int
	code, detail string
}

func (p problem) write(w http.ResponseWriter, issuer string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": issuer + "/problems/" + p.code, "title": http.StatusText(p.status),
		"status": p.status, "code": p.code, "detail": p.detail,
	})
}
