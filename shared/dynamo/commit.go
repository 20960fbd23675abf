package dynamo

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// Commit implements [twofactor.Committer]. One record is one conditional
// write; several are one transaction. The SDK repeats neither: whether a
// write whose answer was lost may be repeated is for the rules to say.
func (s *Store) Commit(ctx context.Context, c twofactor.Commit) error {
	if err := ctx.Err(); err != nil {
		return failed("Commit", twofactor.ErrStore, err)
	}
	writes, err := plannedWrites(c)
	if err != nil {
		return failed("Commit", twofactor.ErrStore, err)
	}
	switch {
	case len(writes) == 0:
		return nil
	case len(writes) == 1 && writes[0].item != nil:
		err = s.putOne(ctx, writes[0])
	case len(writes) == 1 && writes[0].remove:
		err = s.deleteOne(ctx, writes[0])
	default:
		err = s.transact(ctx, c.Event, writes)
	}
	if err != nil {
		return err
	}
	for _, record := range c.Put {
		head := record.Header()
		head.Version++
		head.EventID = ""
		if c.Event != nil {
			head.EventID = c.Event.ID
		}
		head.Stamp = twofactor.StampOf(record)
	}
	return nil
}

// write is one part of a commit: an item to put, a record to remove, or, with
// neither, one to check.
type write struct {
	at      address
	item    item
	remove  bool
	version uint64
	// stamp is the incarnation that was read; "" compares nothing.
	stamp string
}

func plannedWrites(c twofactor.Commit) ([]write, error) {
	puts := c.Put
	if c.Event != nil && len(puts) == 0 {
		puts = []twofactor.Record{twofactor.AnnouncementOf(c.Event)}
	}
	var writes []write
	for i, record := range puts {
		version := record.Header().Version
		it, err := encode(record, version+1, c.Event, i == 0)
		if err != nil {
			return nil, err
		}
		writes = append(writes, write{item: it, version: version, stamp: record.Header().Stamp})
	}
	for _, record := range c.Delete {
		writes = append(writes, write{remove: true, version: record.Header().Version, stamp: record.Header().Stamp})
	}
	for _, record := range c.Check {
		writes = append(writes, write{version: record.Header().Version, stamp: record.Header().Stamp})
	}
	all := append(append(append([]twofactor.Record{}, puts...), c.Delete...), c.Check...)
	for i, record := range all {
		at, err := addressOf(record.Key())
		if err != nil {
			return nil, err
		}
		writes[i].at = at
	}
	return writes, nil
}

// condition is what must hold for a write. A nil expression asks for nothing.
type condition struct {
	expression *string
	names      map[string]string
	values     item
}

func (w write) condition() condition {
	switch {
	case w.version > 0 && w.stamp != "":
		return condition{
			expression: aws.String("#v = :v AND #i = :i"),
			names:      map[string]string{"#v": attrVersion, "#i": attrStamp},
			values:     item{":v": number(strconv.FormatUint(w.version, 10)), ":i": text(w.stamp)},
		}
	case w.version > 0:
		return condition{
			expression: aws.String("#v = :v"),
			names:      map[string]string{"#v": attrVersion},
			values:     item{":v": number(strconv.FormatUint(w.version, 10))},
		}
	case w.remove:
		return condition{}
	}
	return condition{
		expression: aws.String("attribute_not_exists(#pk)"),
		names:      map[string]string{"#pk": attrPK},
	}
}

// showOld asks for the record that stood in the way, so that a lost race needs
// no read.
const showOld = types.ReturnValuesOnConditionCheckFailureAllOld

func (s *Store) putOne(ctx context.Context, w write) error {
	c := w.condition()
	out, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: w.item,
		ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		ReturnValuesOnConditionCheckFailure: showOld,
		ReturnConsumedCapacity:              s.wantsCapacity(),
	}, noRetry)
	if err != nil {
		return judge("PutItem", err)
	}
	s.metered("PutItem", true, one(out.ConsumedCapacity)...)
	return nil
}

func (s *Store) deleteOne(ctx context.Context, w write) error {
	c := w.condition()
	out, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.table, Key: w.at.attributes(),
		ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		ReturnValuesOnConditionCheckFailure: showOld,
		ReturnConsumedCapacity:              s.wantsCapacity(),
	}, noRetry)
	if err != nil {
		return judge("DeleteItem", err)
	}
	s.metered("DeleteItem", true, one(out.ConsumedCapacity)...)
	return nil
}

// noRetry switches the SDK's retries off.
func noRetry(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
