package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/aws/aws-lambda-go/events"
)

// stream plays DynamoDB's stream API: the shard "old" was split into "new".
// Iterators are "<shard>@<position>".
type stream struct {
	mu sync.Mutex
	// records holds the sequence numbers of each shard.
	records map[string][]string
	// expire makes the next GetRecords answer that its iterator is too old.
	expire bool
}

func (s *stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in struct{ ShardID, ShardIterator, SequenceNumber string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	switch _, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); call {
	case "DescribeStream":
		// Listed with the child first: order must come from the parents.
		_, _ = fmt.Fprint(w, `{"StreamDescription":{"Shards":[{"ShardId":"new","ParentShardId":"old"},{"ShardId":"old"}]}}`)
	case "GetShardIterator":
		at := 0
		if in.SequenceNumber != "" {
			at = slices.Index(s.records[in.ShardID], in.SequenceNumber) + 1
		}
		_, _ = fmt.Fprintf(w, `{"ShardIterator":"%s@%d"}`, in.ShardID, at)
	case "GetRecords":
		if s.expire {
			s.expire = false
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException","message":"too old"}`)
			return
		}
		s.next(w, in.ShardIterator)
	}
}

// next answers one record; the shard "old" ends after its last one.
func (s *stream) next(w http.ResponseWriter, iterator string) {
	shard, position, _ := strings.Cut(iterator, "@")
	var at int
	_, _ = fmt.Sscan(position, &at)
	records, next := "", fmt.Sprintf(`,"NextShardIterator":"%s@%d"`, shard, at)
	if all := s.records[shard]; at < len(all) {
		records = fmt.Sprintf(`{"eventName":"INSERT","dynamodb":{"SequenceNumber":%q,"Keys":{"pk":{"S":"k"}},"NewImage":{"n":{"N":"1"}}}}`, all[at])
		next = fmt.Sprintf(`,"NextShardIterator":"%s@%d"`, shard, at+1)
	} else if shard == "old" {
		next = ""
	}
	_, _ = fmt.Fprintf(w, `{"Records":[%s]%s}`, records, next)
}

func TestStreamIsReadParentsFirstAndEachRecordOnceAlsoWhenAnIteratorExpires(t *testing.T) {
	source := &stream{records: map[string][]string{"old": {"1", "2"}, "new": {"3", "4"}}, expire: true}
	server := httptest.NewServer(source)
	defer server.Close()
	client := dynamodbstreams.New(dynamodbstreams.Options{
		Region: "local", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var seen []string
	Streams(ctx, client, "arn", Target{Failed: t.TempDir(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Function: function(func(numbers []string) ([]string, error) {
			seen = append(seen, numbers...)
			if len(seen) == 4 {
				cancel()
			}
			return nil, nil
		})})
	if want := []string{"1", "2", "3", "4"}; !slices.Equal(seen, want) {
		t.Errorf("delivered %v, want %v", seen, want)
	}
}

func TestEveryTypeOfAttributeReachesTheFunction(t *testing.T) {
	item := map[string]types.AttributeValue{
		"s": &types.AttributeValueMemberS{Value: "text"}, "n": &types.AttributeValueMemberN{Value: "7"},
		"b": &types.AttributeValueMemberB{Value: []byte{1}}, "t": &types.AttributeValueMemberBOOL{Value: true},
		"z": &types.AttributeValueMemberNULL{Value: true}, "ss": &types.AttributeValueMemberSS{Value: []string{"a"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{{2}}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "in"}}},
		"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"k": &types.AttributeValueMemberN{Value: "8"}}},
	}
	text, err := json.Marshal(toEvent(types.Record{Dynamodb: &types.StreamRecord{NewImage: item}}))
	if err != nil {
		t.Fatal(err)
	}
	var got events.DynamoDBEventRecord
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	image := got.Change.NewImage
	if image["s"].String() != "text" || image["n"].Number() != "7" || image["b"].Binary()[0] != 1 || !image["t"].Boolean() ||
		!image["z"].IsNull() || image["ss"].StringSet()[0] != "a" || image["ns"].NumberSet()[0] != "1" || image["bs"].BinarySet()[0][0] != 2 ||
		image["l"].List()[0].String() != "in" || image["m"].Map()["k"].Number() != "8" {
		t.Errorf("the image changed on the way: %s", text)
	}
	if got.Change.OldImage != nil {
		t.Error("an image that was not there came from somewhere")
	}
}
