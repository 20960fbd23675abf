package gateway

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// newEvent turns an HTTP request into the event that API Gateway sends
// (payload format 2.0). body is the whole body.
func newEvent(r *http.Request, body []byte, route *Route, parameters map[string]string, requestID string) events.APIGatewayV2HTTPRequest {
	now := time.Now().UTC()
	headers, cookies := joinHeaders(r)
	e := events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              route.Key(),
		RawPath:               r.URL.EscapedPath(),
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies,
		Headers:               headers,
		QueryStringParameters: joinQuery(r.URL),
		PathParameters:        parameters,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey:   route.Key(),
			AccountID:  "000000000000",
			Stage:      "$default",
			RequestID:  requestID,
			APIID:      "local",
			DomainName: r.Host,
			Time:       now.Format("02/Jan/2006:15:04:05 -0700"),
			TimeEpoch:  now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method:    r.Method,
				Path:      r.URL.EscapedPath(),
				Protocol:  r.Proto,
				SourceIP:  sourceIP(r),
				UserAgent: r.UserAgent(),
			},
		},
	}
	if len(body) > 0 {
		e.Body, e.IsBase64Encoded = encodeBody(r.Header.Get("Content-Type"), body)
	}
	return e
}

// joinHeaders lowers the names and joins repeated headers with commas, as an
// HTTP API does; cookies travel apart. What the gateway itself knows
// (forwarding headers) is added last, so that a client cannot set it.
func joinHeaders(r *http.Request) (headers map[string]string, cookies []string) {
	headers = map[string]string{"host": r.Host}
	for name, values := range r.Header {
		if name == "Cookie" {
			for _, value := range values {
				cookies = append(cookies, strings.Split(value, "; ")...)
			}
			continue
		}
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	forwarded := sourceIP(r)
	if earlier := headers["x-forwarded-for"]; earlier != "" {
		forwarded = earlier + ", " + forwarded
	}
	headers["x-forwarded-for"] = forwarded
	headers["x-forwarded-proto"] = "http"
	return headers, cookies
}

// joinQuery decodes the query; repeated parameters are joined with commas.
func joinQuery(u *url.URL) map[string]string {
	if u.RawQuery == "" {
		return nil
	}
	joined := map[string]string{}
	for name, values := range u.Query() {
		joined[name] = strings.Join(values, ",")
	}
	return joined
}

// sourceIP is the address of the connection, never of a header.
func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// encodeBody passes text on as it is and everything else in base 64. Text
// that is not UTF-8 would be repaired on its way through JSON, so it goes in
// base 64 too.
func encodeBody(contentType string, body []byte) (text string, encoded bool) {
	media, _, err := mime.ParseMediaType(contentType)
	if err == nil && isText(media) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

// isText lists the media types that an HTTP API takes for text.
func isText(media string) bool {
	switch media {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(media, "text/")
}
