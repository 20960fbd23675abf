package gateway

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The limits of API Gateway for an HTTP API.
const (
	// maxHeaders is the size of the request line and all headers, in bytes.
	maxHeaders = 10 << 10
	// maxBody is the size of a body, in bytes.
	maxBody = 10 << 20
)

// Server answers HTTP requests by calling functions.
type Server struct {
	router    *router
	functions map[string]target
}

// target is a function that can be called.
type target struct {
	lambda.Handler
	timeout time.Duration
}

// New makes a gateway for the template's routes. handlers holds a Lambda
// handler for each function's name; a route whose function has none is an
// error.
func New(t *Template, handlers map[string]lambda.Handler) (*Server, error) {
	s := &Server{router: newRouter(t.Routes()), functions: map[string]target{}}
	for _, f := range t.Functions {
		handler, ok := handlers[f.Name]
		if !ok && len(f.Routes) > 0 {
			return nil, fmt.Errorf("the template routes to the function %q, which the stack does not run", f.Name)
		}
		s.functions[f.Name] = target{handler, f.Timeout}
	}
	return s, nil
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if headerSize(r) > maxHeaders {
		refuse(w, http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	} else if err != nil {
		refuse(w, http.StatusBadRequest, "Bad Request")
		return
	}
	route, parameters := s.router.match(r.Method, r.URL.EscapedPath())
	if route == nil {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	id := newRequestID()
	answer, err := s.call(r.Context(), s.functions[route.Function], newEvent(r, body, route, parameters, id), id)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
	case err != nil:
		slog.Error("a function failed", "function", route.Function, "route", route.Key(), "error", err)
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
	default:
		write(w, answer)
	}
}

// call gives the event to the function as JSON and reads its JSON answer. The
// function gets the template's time-out as its deadline.
func (s *Server) call(ctx context.Context, f target, e events.APIGatewayV2HTTPRequest, id string) (answer events.APIGatewayV2HTTPResponse, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	payload, err := json.Marshal(e)
	if err != nil {
		return answer, err
	}
	// A client that hangs up does not stop a Lambda function.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), f.timeout)
	defer cancel()
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: id})
	out, err := f.Invoke(ctx, payload)
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(out, &answer)
}

// write sends a function's answer.
func write(w http.ResponseWriter, answer events.APIGatewayV2HTTPResponse) {
	body := []byte(answer.Body)
	if answer.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(answer.Body)
		if err != nil {
			refuse(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
		body = decoded
	}
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	for name, values := range answer.MultiValueHeaders {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	for _, cookie := range answer.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	if answer.StatusCode == 0 {
		answer.StatusCode = http.StatusOK
	}
	w.WriteHeader(answer.StatusCode)
	// The client may be gone; nobody is left to tell.
	_, _ = w.Write(body)
}

// refuse answers as API Gateway itself does.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"message":%q}`, message)
}

// headerSize is what counts against maxHeaders, in bytes.
func headerSize(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

// newRequestID makes an id in the form that Lambda gives its requests.
func newRequestID() string {
	var b [16]byte
	// crypto/rand never fails; see its documentation.
	_, _ = rand.Read(b[:])
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
