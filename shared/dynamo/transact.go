package dynamo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// transact applies several writes, or none of them.
func (s *Store) transact(ctx context.Context, event *twofactor.Event, writes []write) error {
	in := &dynamodb.TransactWriteItemsInput{
		ClientRequestToken:     requestToken(event, writes),
		ReturnConsumedCapacity: s.wantsCapacity(),
	}
	for _, w := range writes {
		in.TransactItems = append(in.TransactItems, s.transactItem(w))
	}
	out, err := s.client.TransactWriteItems(ctx, in, noRetry)
	if err != nil {
		return judge("TransactWriteItems", err)
	}
	s.metered("TransactWriteItems", true, out.ConsumedCapacity...)
	return nil
}

func (s *Store) transactItem(w write) types.TransactWriteItem {
	c := w.condition()
	switch {
	case w.item != nil:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &s.table, Item: w.item,
			ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
			ReturnValuesOnConditionCheckFailure: showOld,
		}}
	case w.remove:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &s.table, Key: w.at.attributes(),
			ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
			ReturnValuesOnConditionCheckFailure: showOld,
		}}
	}
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.table, Key: w.at.attributes(),
		ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		ReturnValuesOnConditionCheckFailure: showOld,
	}}
}

// requestToken makes the same commit, sent again after its answer was lost,
// succeed again instead of colliding with itself: DynamoDB knows a token for
// ten minutes. It is made of the event and of what is written where at which
// version. Without an event nil lets the SDK draw one.
func requestToken(event *twofactor.Event, writes []write) *string {
	if event == nil {
		return nil
	}
	hash := sha256.New()
	_, _ = fmt.Fprintf(hash, "%q", event.ID)
	for _, w := range writes {
		_, _ = fmt.Fprintf(hash, " %q %q %t %d", w.at.pk, w.at.sk, w.remove, w.version)
	}
	token := hex.EncodeToString(hash.Sum(nil)[:16])
	return &token
}
