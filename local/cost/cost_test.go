package cost

import (
	"io"
	"os"
	"strings"
	"testing"

	"crypto/rand"

	"sallyport/local/api"
	"sallyport/local/stack"
)

func TestLoginsAndCodesStayWithinTheirBudgets(t *testing.T) {
	db, ses := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), os.Getenv("AWS_ENDPOINT_URL_SESV2")
	if db == "" || ses == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no DynamoDB to measure on")
		}
		t.Skip("make test runs this on DynamoDB Local")
	}
	meter := &Meter{}
	s, err := stack.Start(t.Context(), stack.Options{
		Root: "../..", State: t.TempDir(), Store: stack.StoreDynamoDB, DynamoDB: db, SES: ses,
		Table: "cost-" + strings.ToLower(rand.Text()), Log: io.Discard, Meter: meter.Add,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lines, err := Measure(t.Context(), api.Client{URL: s.URL, Bearer: s.APIKey.Reveal()}, meter)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 8 {
		t.Errorf("%d requests were measured, want 8", len(lines))
	}
	for _, l := range lines {
		if !l.Kept() {
			t.Errorf("%s: %.1f read and %.1f written, allowed are %.1f and %.1f", l.Request, l.Read, l.Write, l.ReadBudget, l.WriteLimit)
		}
		if l.Read == 0 {
			t.Errorf("%s: nothing was measured", l.Request)
		}
	}
}
