package conform

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/getkin/kin-openapi/openapi3"

	"sallyport/shared/httpapi"
)

// waysToAsk lists the headers of requests: as it should be, without a
// credential, with another type of body, and for every form of the answer.
func waysToAsk(op *openapi3.Operation) []map[string]string {
	ways := []map[string]string{
		{"authorization": "Bearer good", "content-type": "application/json"},
		{"content-type": "application/json"},
		{"authorization": "Bearer good", "content-type": "text/plain"},
	}
	if fine := op.Responses.Value("200"); fine != nil && len(fine.Value.Content) > 1 {
		for media := range fine.Value.Content {
			ways = append(ways, map[string]string{"authorization": "Bearer good", "content-type": "application/json", "accept": media})
		}
	}
	return ways
}

func send(t *testing.T, f httpapi.Handler, method, path, body string, headers map[string]string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	e := events.APIGatewayV2HTTPRequest{RawPath: path, Headers: headers, Body: body}
	e.RequestContext.HTTP.Method = method
	answer, err := f(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// example writes the example of a request as JSON.
func example(t *testing.T, value any) string {
	t.Helper()
	if value == nil {
		return ""
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
