Message-ID: <f90@x>
From: e@fabrikam.example
To: dana@contoso.example
Subject: 90

x
