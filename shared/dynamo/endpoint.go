package dynamo

import (
	"context"
	"reflect"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// Endpoints finds DynamoDB's address as the SDK does, and remembers the last
// one. The SDK finds it anew for each call, which is a quarter of what a call
// costs in CPU. It is safe for parallel use.
type Endpoints struct {
	inner dynamodb.EndpointResolverV2
	last  atomic.Pointer[resolved]
}

var _ dynamodb.EndpointResolverV2 = (*Endpoints)(nil)

// resolved is an address and what it was found for.
type resolved struct {
	of       dynamodb.EndpointParameters
	endpoint smithyendpoints.Endpoint
}

// NewEndpoints makes Endpoints that follow the rules of the SDK.
func NewEndpoints() *Endpoints {
	return &Endpoints{inner: dynamodb.NewDefaultEndpointResolverV2()}
}

// ResolveEndpoint implements [dynamodb.EndpointResolverV2].
func (e *Endpoints) ResolveEndpoint(ctx context.Context, of dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	// Compared as a whole, so that a parameter that a later SDK adds counts.
	if last := e.last.Load(); last != nil && reflect.DeepEqual(last.of, of) {
		return last.endpoint, nil
	}
	endpoint, err := e.inner.ResolveEndpoint(ctx, of)
	if err == nil {
		e.last.Store(&resolved{of: of, endpoint: endpoint})
	}
	return endpoint, err
}
