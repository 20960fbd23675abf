package dynamo

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// counting resolves as the SDK does, and counts; broken makes it fail.
type counting struct {
	calls  int
	broken bool
}

func (c *counting) ResolveEndpoint(ctx context.Context, of dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	if c.calls++; c.broken {
		return smithyendpoints.Endpoint{}, errors.New("no rule fits")
	}
	return dynamodb.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, of)
}

func TestTheAddressOfTheTableIsFoundOnceForTheSameParametersAlone(t *testing.T) {
	inner := &counting{}
	e := &Endpoints{inner: inner}
	parameters := func(region, endpoint string) dynamodb.EndpointParameters {
		p := dynamodb.EndpointParameters{Region: aws.String(region), UseFIPS: aws.Bool(false), UseDualStack: aws.Bool(false)}
		if endpoint != "" {
			p.Endpoint = aws.String(endpoint)
		}
		return p
	}
	for _, c := range []struct {
		of    dynamodb.EndpointParameters
		calls int
		host  string
	}{
		{parameters("eu-central-1", ""), 1, "dynamodb.eu-central-1.amazonaws.com"},
		{parameters("eu-central-1", ""), 1, "dynamodb.eu-central-1.amazonaws.com"},
		{parameters("cn-north-1", ""), 2, "dynamodb.cn-north-1.amazonaws.com.cn"},
		{parameters("cn-north-1", "http://127.0.0.1:8000"), 3, "127.0.0.1:8000"},
		{parameters("cn-north-1", "http://127.0.0.1:8000"), 3, "127.0.0.1:8000"},
		{parameters("eu-central-1", ""), 4, "dynamodb.eu-central-1.amazonaws.com"},
	} {
		got, err := e.ResolveEndpoint(t.Context(), c.of)
		if err != nil || got.URI.Host != c.host || inner.calls != c.calls {
			t.Errorf("%s: %s after %d calls (%v), want %s after %d", *c.of.Region, got.URI.Host, inner.calls, err, c.host, c.calls)
		}
	}
	inner.broken = true
	for range 2 {
		if _, err := e.ResolveEndpoint(t.Context(), parameters("eu-west-1", "")); err == nil {
			t.Error("a failure was taken for an address")
		}
	}
	if inner.calls != 6 {
		t.Errorf("a failure was remembered: %d calls", inner.calls)
	}
}
