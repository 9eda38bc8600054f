/** Perl that configures a Request Tracker in a folder of its own. It sends no mail to the system's mail server. */
export const siteConfiguration = (folder: string, port: number): string => `
# RT sets these package variables before it reads this file.
$RT::VarPath = "${folder}/var";
$RT::MasonDataDir = "${folder}/mason";
$RT::MasonSessionDir = "${folder}/sessions";
Set($rtname, 'rt.test');
Set($Organization, 'rt.test');
Set($WebDomain, '127.0.0.1');
Set($WebPort, ${port});
Set($Timezone, 'UTC');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, "${folder}/rt.sqlite");
Set($WebSessionClass, 'Apache::Session::File');
Set($CorrespondAddress, 'rt@rt.test');
Set($CommentAddress, 'rt-comment@rt.test');
Set($OwnerEmail, 'owner@rt.test');
# RT writes its own mail to var/<time>.mbox.
Set($MailCommand, 'mbox');
Set($LogToSyslog, undef);
Set($LogToFile, undef);
Set($LogToSTDERR, 'warning');
# RT returns the number of the ticket to rt-mailgate only in this mode.
Set($DevelMode, $ENV{RT_TEST_DEVEL_MODE});
1;
`

/** A queue to which everyone may write by mail. Every RT already has the queue General. */
export const ownData = `
our @Queues = ({ Name => 'Support' });
our @ACL = map {
    { GroupDomain => 'SystemInternal', GroupType => 'Everyone', Queue => 'Support', Right => $_ }
} qw(CreateTicket ReplyToTicket);
1;
`
