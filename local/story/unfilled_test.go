package story

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestAnEventGivenAsItStandsOpensNothing(t *testing.T) {
	steps, err := Load("../../events")
	if err != nil {
		t.Fatal(err)
	}
	carry, _ := world(t)
	for _, step := range steps {
		var request events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(step.event, &request); err != nil {
			t.Fatalf("%s: %v", step.Name, err)
		}
		answer, err := carry(request)
		if err != nil {
			t.Fatalf("%s: %v", step.Name, err)
		}
		want := step.Expect.Status
		if strings.Contains(request.Headers["authorization"], "{{") {
			want = http.StatusUnauthorized
		}
		if answer.Status != want {
			t.Errorf("%s: status %d, want %d (%s)", step.Name, answer.Status, want, problem(answer.Body))
		}
	}
}
