package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"sallyport/shared/twofactor"
)

// logRequest writes the one line that every request leaves. It holds nothing
// that a client wrote but the tenant's id, and that only in its right form:
// no user, no address, no body, no text of an error from inside.
func logRequest(ctx context.Context, d Deps, x *exchange, status int) {
	route := "none"
	if x.route != nil {
		route = x.route.Key()
	}
	attributes := []slog.Attr{
		slog.String("function", string(x.function)),
		slog.String("route", route),
		slog.String("request_id", x.requestID),
		slog.Int("status", status),
		slog.Float64("duration_ms", float64(d.Now().Sub(x.started).Microseconds())/1000),
		slog.Bool("cold_start", x.cold),
	}
	if twofactor.ValidID(x.tenant) {
		attributes = append(attributes, slog.String("tenant", x.tenant))
	}
	level := slog.LevelInfo
	if x.refusal != nil {
		attributes = append(attributes, slog.String("code", string(x.refusal.Code)))
		if status >= 500 {
			level = slog.LevelError
			attributes = append(attributes, slog.String("cause", causeOf(x.cause)))
		}
	}
	d.Log.LogAttrs(ctx, level, "request", attributes...)
}

// causeOf names what went wrong inside: enough to find the place, without the
// text of the error, which could repeat what somebody sent.
func causeOf(err error) string {
	switch {
	case errors.Is(err, twofactor.ErrUnknownOutcome):
		return "unknown outcome: " + typesOf(err)
	case errors.Is(err, twofactor.ErrStore):
		return "store: " + typesOf(err)
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline: " + typesOf(err)
	}
	return typesOf(err)
}

func typesOf(err error) string {
	switch e := err.(type) {
	case panicked:
		return "panic " + e.kind
	case interface{ Unwrap() error }:
		return fmt.Sprintf("%T>%s", err, typesOf(e.Unwrap()))
	case interface{ Unwrap() []error }:
		text := fmt.Sprintf("%T", err)
		for _, inner := range e.Unwrap() {
			text += ">" + typesOf(inner)
		}
		return text
	}
	return fmt.Sprintf("%T", err)
}

// panicked is a panic as an error. It keeps the type and the place, not the
// value.
type panicked struct{ kind string }

// Error implements error.
func (p panicked) Error() string { return "panic: " + p.kind }
