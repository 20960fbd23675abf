package boot

import (
	"log/slog"
	"os"
)

// OrStop returns what a builder made. When the builder failed it writes one
// line and ends the process: a function with bad settings must not start, so
// that a deployment with them is seen at once.
func OrStop[T any](handler T, err error) T {
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("the function cannot start", "code", "bad_settings", "error", err.Error())
		os.Exit(1)
	}
	return handler
}
