package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// echo is a function that answers with the event it got.
func echo(_ context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	switch e.Headers["x-do"] {
	case "panic":
		panic("on purpose")
	case "fail":
		return events.APIGatewayV2HTTPResponse{}, io.ErrUnexpectedEOF
	}
	body, err := json.Marshal(e)
	return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: string(body)}, err
}

// start serves the fixture's routes, every function an echo.
func start(t *testing.T) *httptest.Server {
	t.Helper()
	template, err := ReadTemplate("testdata/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(template, map[string]lambda.Handler{
		"directory": lambda.NewHandler(echo),
		"pages":     lambda.NewHandler(echo),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server
}

// raw sends text as it stands, so that no client tidies it up.
func raw(t *testing.T, server *httptest.Server, request string) (int, events.APIGatewayV2HTTPRequest) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var e events.APIGatewayV2HTTPRequest
	if resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
			t.Fatal(err)
		}
	}
	return resp.StatusCode, e
}

func TestRoutesMatchAsAnHTTPAPIMatchesThem(t *testing.T) {
	server := start(t)
	for _, c := range []struct{ line, route, parameter, value string }{
		{"GET /v1/tenants/acme", "GET /v1/tenants/{tenant}", "tenant", "acme"},
		{"GET /v1/tenants/a%2Fb%2541", "GET /v1/tenants/{tenant}", "tenant", "a/b%41"},
		{"POST /v1/tenants/acme/users/batch", "POST /v1/tenants/{tenant}/users/batch", "tenant", "acme"},
		{"GET /v1/tenants/acme/users/batch", "ANY /v1/tenants/{tenant}/users/{user}", "user", "batch"},
		{"PUT /v1/tenants/acme/users/ann", "ANY /v1/tenants/{tenant}/users/{user}", "user", "ann"},
		{"GET /v1/tenants/acme/", "$default", "", ""},
		{"GET /v1//tenants/acme", "$default", "", ""},
		{"GET /v1/tenants//users/ann", "$default", "", ""},
		{"GET /V1/tenants/acme", "$default", "", ""},
		{"POST /v1/tenants/acme", "$default", "", ""},
	} {
		status, e := raw(t, server, c.line+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if status != 200 || e.RouteKey != c.route || e.PathParameters[c.parameter] != c.value {
			t.Errorf("%s: %d, route %q, parameters %v; want route %q, %s=%q", c.line, status, e.RouteKey, e.PathParameters, c.route, c.parameter, c.value)
		}
		if _, path, _ := strings.Cut(c.line, " "); e.RawPath != path {
			t.Errorf("%s: rawPath is %q", c.line, e.RawPath)
		}
	}
}

func TestHeadersAreLoweredAndJoinedAndCookiesTravelApart(t *testing.T) {
	_, e := raw(t, start(t), "GET /x?a=1&b=%20c&a=2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"+
		"AUTHORIZATION: Bearer one\r\nAuthorization: Bearer two\r\nCookie: k=v; l=w\r\nX-Forwarded-For: 9.9.9.9\r\nUser-Agent: test\r\n\r\n")
	if got := e.Headers["authorization"]; got != "Bearer one,Bearer two" {
		t.Errorf("authorization: %q", got)
	}
	if fmt.Sprint(e.Cookies) != "[k=v l=w]" || e.Headers["cookie"] != "" {
		t.Errorf("cookies: %q, header %q", e.Cookies, e.Headers["cookie"])
	}
	if e.QueryStringParameters["a"] != "1,2" || e.QueryStringParameters["b"] != " c" || e.RawQueryString != "a=1&b=%20c&a=2" {
		t.Errorf("query: %v, raw %q", e.QueryStringParameters, e.RawQueryString)
	}
	if e.RequestContext.HTTP.SourceIP != "127.0.0.1" || e.Headers["x-forwarded-for"] != "9.9.9.9, 127.0.0.1" {
		t.Errorf("source %q, forwarded %q", e.RequestContext.HTTP.SourceIP, e.Headers["x-forwarded-for"])
	}
}

func TestBodiesThatAreNoTextTravelInBase64(t *testing.T) {
	server := start(t)
	for _, c := range []struct {
		media, body string
		encoded     bool
	}{
		{"application/json; charset=utf-8", "{}", false},
		{"text/plain", "hi", false},
		{"application/octet-stream", "hi", true},
		{"", "hi", true},
		{"application/json", "\"\xff\"", true},
	} {
		_, e := raw(t, server, fmt.Sprintf("POST /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", c.media, len(c.body), c.body))
		if e.IsBase64Encoded != c.encoded {
			t.Errorf("%q %q: base64 is %v, want %v", c.media, c.body, e.IsBase64Encoded, c.encoded)
		}
	}
}

func TestWhatTheGatewayItselfRefusesNeverReachesAFunction(t *testing.T) {
	server := start(t)
	for name, c := range map[string]struct {
		status  int
		request string
	}{
		"headers over 10 KB": {431, "GET /x HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("a", 10<<10) + "\r\n\r\n"},
		"a body over 10 MB":  {413, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10485761\r\n\r\n" + strings.Repeat("a", 10<<20+1)},
		"a panic":            {500, "GET /x HTTP/1.1\r\nHost: h\r\nX-Do: panic\r\n\r\n"},
		"an error":           {500, "GET /x HTTP/1.1\r\nHost: h\r\nX-Do: fail\r\n\r\n"},
	} {
		if status, _ := raw(t, server, c.request); status != c.status {
			t.Errorf("%s: %d, want %d", name, status, c.status)
		}
	}
}
