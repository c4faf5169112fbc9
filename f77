Message-ID: <f77@x>
From: e@fabrikam.example
To: dana@contoso.example
Subject: 77

x
