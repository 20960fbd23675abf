package functions_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"sallyport/shared/dynamo"
)

// right is one thing that a call to the table needs: an action, where, and in
// which partition.
type right struct{ action, resource, partition string }

// listener answers like an empty table and notes what each call would need.
type listener struct {
	mu    sync.Mutex
	heard map[right]bool
}

// attribute is a string as DynamoDB writes it.
type attribute struct{ S string }

// named is a part of a request that names an item.
type named struct {
	Item, Key map[string]attribute
	Keys      []map[string]attribute
}

func (n *named) partitions() (all []string) {
	for _, key := range append(n.Keys, n.Item, n.Key) {
		if key["pk"].S != "" {
			all = append(all, key["pk"].S)
		}
	}
	return all
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		named
		IndexName                 string
		ExpressionAttributeValues map[string]json.RawMessage
		RequestItems              map[string]named
		TransactItems             []map[string]named
	}
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	note := func(action string, part named) {
		for _, partition := range part.partitions() {
			l.heard[right{"dynamodb:" + action, "Table.Arn", partition}] = true
		}
	}
	switch action {
	case "Query":
		var partition attribute
		_ = json.Unmarshal(body.ExpressionAttributeValues[":p"], &partition)
		resource := "Table.Arn"
		if body.IndexName != "" {
			resource = "${Table.Arn}/index/" + body.IndexName
		}
		l.heard[right{"dynamodb:Query", resource, partition.S}] = true
	case "TransactWriteItems":
		for _, item := range body.TransactItems {
			for kind, part := range item {
				note(map[string]string{"Put": "PutItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}[kind], part)
			}
		}
	default:
		note(action, body.named)
		for _, part := range body.RequestItems {
			note(action, part)
		}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = fmt.Fprint(w, `{"Items":[],"Responses":{},"UnprocessedKeys":{}}`)
}

// listen gives a store on a table that a listener stands in for.
func listen(t *testing.T) (*dynamo.Store, *listener) {
	t.Helper()
	l := &listener{heard: map[right]bool{}}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	client := dynamodb.New(dynamodb.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL), Credentials: aws.AnonymousCredentials{},
		// The listener's answers carry no checksum.
		DisableValidateResponseChecksum: true,
	})
	return dynamo.New(client, "sallyport"), l
}

// like is IAM's StringLike.
func like(value string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
		return regexp.MustCompile("^" + expression + "$").MatchString(value)
	})
}

// covers reports whether a statement is about what r needs.
func (s statement) covers(r right) bool {
	if !slices.Contains(s.actions, r.action) || !slices.Contains(s.resources, r.resource) {
		return false
	}
	for operator, about := range map[string]bool{"ForAllValues:StringLike": true, "ForAnyValue:StringLike": true, "ForAllValues:StringNotLike": false} {
		patterns := strs(at(s.condition, operator, "dynamodb:LeadingKeys"))
		if len(patterns) > 0 && like(r.partition, patterns) != about {
			return false
		}
	}
	return true
}

// has reports whether the function in folder has a right.
func has(t *testing.T, m template, folder string, r right) bool {
	t.Helper()
	allowed := false
	for _, s := range statements(t, m, folder) {
		if !s.covers(r) {
			continue
		}
		if s.deny {
			return false
		}
		allowed = true
	}
	return allowed
}
