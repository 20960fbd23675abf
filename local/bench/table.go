package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
)

// table answers DynamoDB's HTTP API as far as a verify needs it: it keeps what
// is put and gives it back, without conditions. Once frozen it keeps nothing
// more, so that each request finds the same records; what it costs is the same
// for whoever calls.
type table struct {
	mu     sync.Mutex
	items  map[string]json.RawMessage
	frozen bool
	// reads and writes count calls.
	reads, writes int
}

// request is the part of a request that matters here.
type request struct {
	Key           map[string]map[string]string
	Item          json.RawMessage
	TransactItems []struct {
		Put *struct{ Item json.RawMessage }
	}
	RequestItems map[string]struct {
		Keys []map[string]map[string]string
	}
}

// ServeHTTP implements http.Handler.
func (t *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	_, _ = w.Write(t.answer(operation, body))
}

// RoundTrip implements http.RoundTripper: the same without a socket.
func (t *table) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	answer := t.answer(operation, body)
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:   io.NopCloser(bytes.NewReader(answer)), ContentLength: int64(len(answer)), Request: r,
	}, nil
}

func (t *table) answer(operation string, body []byte) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if operation == "PutItem" && t.frozen {
		t.writes++
		return []byte("{}")
	}
	var in request
	if err := json.Unmarshal(body, &in); err != nil {
		return []byte("{}")
	}
	switch operation {
	case "GetItem":
		t.reads++
		return object("Item", t.items[place(in.Key)])
	case "BatchGetItem":
		t.reads++
		return t.batch(in)
	case "PutItem":
		t.keep(in.Item)
	case "TransactWriteItems":
		for _, item := range in.TransactItems {
			if item.Put != nil {
				t.keep(item.Put.Item)
			}
		}
	}
	return []byte("{}")
}

func (t *table) batch(in request) []byte {
	found := map[string][]json.RawMessage{}
	for name, wanted := range in.RequestItems {
		for _, key := range wanted.Keys {
			if item := t.items[place(key)]; item != nil {
				found[name] = append(found[name], item)
			}
		}
	}
	all, err := json.Marshal(map[string]any{"Responses": found, "UnprocessedKeys": struct{}{}})
	if err != nil {
		return []byte("{}")
	}
	return all
}

func (t *table) keep(item json.RawMessage) {
	var key struct {
		PK map[string]string `json:"pk"`
		SK map[string]string `json:"sk"`
	}
	if err := json.Unmarshal(item, &key); err == nil && t.items != nil {
		t.items[place(map[string]map[string]string{"pk": key.PK, "sk": key.SK})] = item
	}
}

// place is a key as one string; no id holds a line break.
func place(key map[string]map[string]string) string { return key["pk"]["S"] + "\n" + key["sk"]["S"] }

func object(name string, value json.RawMessage) []byte {
	if value == nil {
		return []byte("{}")
	}
	return append(append([]byte(`{"`+name+`":`), value...), '}')
}
