Message-ID: <f95@x>
From: e@fabrikam.example
To: dana@contoso.example
Subject: 95

x
