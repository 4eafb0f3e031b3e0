import sys, time
from datetime import timedelta
from pathlib import Path
from benchmarks.billing.scenario import running, TICK, START
LAT={"dynamodb":.005,"s3":.03,"sqs":.01}
def main(feeds=50, perday=20, ticks=4, looks=True):
    every=timedelta(days=1)/perday
    with running(Path("."), feeds, every, .3, lambda s,o: LAT.get(s,.0)) as run:
        t=time.time()
        run.at(START); run.fire("FetchFunction"); 
        # history: what the feeds have is not part
        n=0
        run.work(); run.publish(); run.fire("PublishFunction")
        show("warm up", run.take()); print(time.time()-t)
        for k in range(1,ticks+1):
            run.at(START+k*TICK); run.fire("FetchFunction"); run.work(); run.publish()
            if k%4==0: run.fire("PublishFunction")
        show(f"{ticks} ticks", run.take()); print(time.time()-t)
        if looks:
          for at in (1,): 
            run.at(START+timedelta(hours=6)); run.fire("FetchFunction"); run.work(); run.publish()
            show("look", run.take()); print(time.time()-t)
def show(title,m):
    print("=====",title)
    for (stage,unit,detail),v in sorted(m.bill.items()): print(f"{stage:18}{unit:16}{detail:40}{v:10.1f}")
    for n,f in m.functions.items(): print(n,f)
    print(m.logs)
    for k in ("ArticleTable","FeedTable"):
        import statistics
        for pre in ("article#","alias#","feed","site","domain"):
            s=[v for (t,pk),v in m.sizes.items() if t==k and pk.startswith(pre)]
            if s: print(k,pre,len(s),statistics.mean(s))
if __name__=='__main__': main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
