// Command notify is the Lambda function notify: it follows the table's stream
// and a schedule; see package boot/notify.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"sallyport/shared/boot"
	"sallyport/shared/boot/notify"
)

func main() {
	lambda.Start(boot.OrStop(notify.New()))
}
