package boot

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/httpapi"
)

// builders are the functions with an HTTP side.
var builders = map[string]func() (httpapi.Handler, error){
	"verify": Verify, "enroll": Enroll, "policy": Policy, "reset": Reset, "directory": Directory, "pages": Pages,
}

// deployed sets the environment of a deployed function.
func deployed(t *testing.T) {
	t.Helper()
	for name, value := range whole() {
		t.Setenv(name, value)
	}
	t.Setenv("SECRETS_KEY_ARN", "arn:secrets")
	t.Setenv("SALLYPORT_TENANT_RATE", "100")
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
}

func TestEveryFunctionStartsFromItsEnvironmentWithoutAnyCall(t *testing.T) {
	deployed(t)
	// A call to this address would fail the test by being late.
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://192.0.2.1")
	for name, build := range builders {
		began := time.Now()
		if handler, err := build(); err != nil || handler == nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s took %v to start", name, took)
		}
	}
	if handler, err := Operator(); err != nil || handler == nil {
		t.Errorf("operator: %v", err)
	}
}

func TestNoFunctionStartsWithoutItsSettings(t *testing.T) {
	deployed(t)
	t.Setenv("TABLE_NAME", "")
	for name, build := range builders {
		if _, err := build(); err == nil {
			t.Errorf("%s starts without a table", name)
		}
	}
	if _, err := Operator(); err == nil {
		t.Error("operator starts without a table")
	}
}

// Case FT-01's end: a store that does not answer is a refusal, in time.
func TestAStoreThatDoesNotAnswerIs503BeforeTheFunctionsTimeEnds(t *testing.T) {
	deployed(t)
	silent := make(chan struct{})
	table := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-silent }))
	defer table.Close()
	defer close(silent)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", table.URL)
	handler, err := Pages()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerReserve+300*time.Millisecond)
	defer cancel()
	request := events.APIGatewayV2HTTPRequest{RouteKey: "GET /.well-known/jwks.json", RawPath: "/.well-known/jwks.json"}
	request.RequestContext.HTTP.Method = http.MethodGet
	request.RequestContext.HTTP.Path = request.RawPath
	response, err := handler(ctx, request)
	if err != nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d, error %v", response.StatusCode, err)
	}
	if ctx.Err() != nil {
		t.Error("the answer came after the function's time")
	}
}
