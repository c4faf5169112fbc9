import ArgumentParser
import MailPipeline
print("x")
