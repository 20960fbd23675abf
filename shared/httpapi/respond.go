package httpapi

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-json-experiment/json"
)

// The media types of answers.
const (
	mediaJSON    = "application/json"
	mediaProblem = "application/problem+json"
)

// securityHeaders stand on every answer. An answer may replace Cache-Control.
var securityHeaders = map[string]string{
	"Cache-Control":             "no-store",
	"Content-Security-Policy":   "default-src 'none'; frame-ancestors 'none'",
	"Referrer-Policy":           "no-referrer",
	"Strict-Transport-Security": "max-age=63072000",
	"X-Content-Type-Options":    "nosniff",
}

// respond writes an answer as the gateway wants it.
func respond(d Deps, x *exchange, a answer) events.APIGatewayV2HTTPResponse {
	body, err := bytesFor(&a)
	if err != nil {
		a = refuse(d, x, fmt.Errorf("writing the answer: %w", err))
		body, _ = bytesFor(&a) // a problem always marshals
	}
	h := maps.Clone(securityHeaders)
	h["Sallyport-Request-Id"] = x.requestID
	if len(x.cors) > 0 {
		h["Access-Control-Allow-Origin"] = "*"
		h["Access-Control-Expose-Headers"] = "Sallyport-Request-Id, Retry-After"
		h["Vary"] = "Origin"
	}
	if a.media != "" {
		h["Content-Type"] = a.media
	}
	maps.Copy(h, a.headers)
	return events.APIGatewayV2HTTPResponse{StatusCode: a.status, Headers: h, Body: string(body)}
}

func bytesFor(a *answer) ([]byte, error) {
	if a.body == nil {
		return a.raw, nil
	}
	if a.media == "" {
		a.media = mediaJSON
	}
	return json.Marshal(a.body)
}

// preflight answers a browser that asks before a call from another origin.
// Only paths with a route for any origin get here.
func preflight(x *exchange) answer {
	return answer{status: http.StatusNoContent, headers: map[string]string{
		"Access-Control-Allow-Methods": strings.Join(x.cors, ", "),
		"Access-Control-Allow-Headers": "Authorization, Content-Type",
		"Access-Control-Max-Age":       "600",
	}}
}
